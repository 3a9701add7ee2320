//! `medloop demo`: what it prints can be opened, and it ends when it is to.

use crate::server::Server;

#[test]
fn the_demonstration_prints_orders_that_open() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["demo", "--listen", "127.0.0.1:0", "--for", "6s", "--orders", "40", "--seed", "5"];
    let mut server = Server::start(folder.path(), &arguments);
    let line = server.until("/orders/");
    let path = line
        .split(' ')
        .find_map(|w| w.strip_prefix("http://")?.split_once('/').map(|(_, p)| p.to_owned()))
        .unwrap();
    let (status, page) = server.call("GET", &format!("/{path}"), "");
    assert_eq!(status, 200, "{page}");
    let loops = server.get("/api/v1/loops");
    let mut names = loops["items"].as_array().unwrap().iter().filter_map(|l| l["title"].as_str());
    assert!(names.any(|name| page.contains(name)), "{page}");
    assert!(!page.contains("待开立"), "events of another loop show as one that waits: {page}");
    assert_eq!(server.wait().code(), Some(0));
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "it left files behind");
}
