//! The versions that `--version` tells.

fn main() {
    stack::tell(&["axum", "hyper", "tokio"]);
}
