//! The versions that `--version` tells.

fn main() {
    stack::tell(&["actix-web", "actix-http", "tokio"]);
}
