//! What a server tells of itself: the versions of the libraries that it is made of, and how it was built.
//!
//! Macros, because they run inside the compiler, on whose command line stands how it was told to compile. A build script
//! is not told of link-time optimisation or code generation units, and the profile in `Cargo.toml` may be overridden.

mod build_info;
mod versions;

use std::error::Error;

use proc_macro::{Literal, TokenStream, TokenTree};

/// The crate's version and those of libraries, named with spaces between: `versions!("axum hyper")` is
/// `"0.1.0 (axum 0.8.9, hyper 1.8.1)"`, as `Cargo.lock` pins them. A library that is not there is an error.
#[proc_macro]
pub fn versions(libraries: TokenStream) -> TokenStream {
    expansion(&text(&libraries).and_then(|libraries| versions::versions(&libraries)))
}

/// How the program is built, as one JSON object of strings. Its allocator, which only its source knows, is handed in:
/// `build_info!("the C library's")`.
#[proc_macro]
pub fn build_info(allocator: TokenStream) -> TokenStream {
    expansion(&text(&allocator).and_then(|allocator| build_info::build_info(&allocator)))
}

type Told = Result<String, Box<dyn Error>>;

/// The text in quotes that a macro was called with.
fn text(argument: &TokenStream) -> Told {
    let argument = argument.to_string();
    let inner = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Ok(inner.ok_or("a text in quotes is wanted")?.to_owned())
}

/// A literal, or an error that stops the compiler.
fn expansion(told: &Told) -> TokenStream {
    match told {
        Ok(text) => TokenTree::Literal(Literal::string(text)).into(),
        Err(error) => {
            let reason = Literal::string(&error.to_string());
            format!("compile_error!({reason})").parse().unwrap_or_default()
        }
    }
}
