//! Writes the description to standard output: `cargo run -p openapi > docs/openapi.json`.

fn main() {
    print!("{}", openapi::text());
}
