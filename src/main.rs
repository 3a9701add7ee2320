//! The `medloop` program.
fn main() {}
