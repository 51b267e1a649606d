//! A load generator for HTTP/1.1 that checks every answer and copies next to nothing.

pub mod answer;
