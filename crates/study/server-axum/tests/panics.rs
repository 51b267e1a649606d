//! A panic in a handler.

use std::thread;

use axum::routing::get;
use clap::Parser;
use hosting::Options;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
}

async fn panics() {
    panic!("on purpose");
}

#[test]
fn a_panic_in_a_handler_costs_one_connection() {
    let address = attacks::panics::free_address();
    let CommandLine { options } =
        CommandLine::parse_from(["server", "--listen", &address.to_string(), "--workers", "2"]);
    let routes = server_axum::routes().route("/panic", get(panics));
    thread::spawn(move || server_axum::serve(&options, &routes).expect("it serves"));
    attacks::panics::a_panic_costs_one_connection(address);
}
