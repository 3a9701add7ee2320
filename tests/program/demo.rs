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

#[test]
fn an_order_that_it_calls_overdue_is_overdue() {
    let folder = tempfile::tempdir().unwrap();
    // Whether one of a day's orders that got stuck is late by now, the dice and the hour decide.
    let found = ["1", "2", "3", "4", "5"].into_iter().any(|seed| {
        let arguments = ["demo", "--listen", "127.0.0.1:0", "--for", "6s", "--seed", seed];
        let mut server = Server::start(folder.path(), &arguments);
        let lines = server.lines_until("ctrl-c");
        let told = lines.iter().find(|line| line.contains("stuck and overdue"));
        let key = told.and_then(|line| line.split(' ').next()?.rsplit('/').next());
        if let Some(key) = key {
            let found = server.get(&format!("/api/v1/orders/{key}"));
            let instances = found["items"].as_array().unwrap().iter();
            let tracks = instances.flat_map(|i| i["tracks"].as_array().unwrap());
            let mut nodes = tracks.flat_map(|t| t["nodes"].as_array().unwrap());
            assert!(nodes.any(|n| n["status"] == "overdue"), "{key}: {found}");
        }
        assert_eq!(server.wait().code(), Some(0));
        key.is_some()
    });
    assert!(found, "no seed shows an order that got stuck and is overdue");
}
