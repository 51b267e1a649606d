//! A panic in a handler.

use std::thread;

use actix_web::{HttpResponse, web};
use clap::Parser;
use hosting::Options;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
}

async fn panics() -> HttpResponse {
    panic!("on purpose");
}

fn routes(app: &mut web::ServiceConfig) {
    server_actix::routes(server_actix::SLICE_KIB)(app);
    app.service(web::resource("/panic").route(web::get().to(panics)));
}

#[test]
fn a_panic_in_a_handler_costs_one_connection() {
    let address = attacks::panics::free_address();
    let CommandLine { options } =
        CommandLine::parse_from(["server", "--listen", &address.to_string(), "--workers", "2"]);
    thread::spawn(move || server_actix::serve(&options, routes).expect("it serves"));
    attacks::panics::a_panic_costs_one_connection(address);
}
