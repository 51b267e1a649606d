//! The `OpenAPI` 3.1 description of the contract, generated from its types. No server carries it.

use contract::{Fault, Registration};
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

/// The description as it is committed.
#[must_use]
pub fn text() -> String {
    format!("{:#}\n", document())
}

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = SchemaGenerator::new(settings);
    let registration = schemas.subschema_for::<Registration>();
    let fault = schemas.subschema_for::<Fault>();
    let errors = json!({
        "type": "object",
        "required": ["errors"],
        "additionalProperties": false,
        "properties": { "errors": { "type": "array", "minItems": 1, "items": fault } },
    });
    let json_of = |description: &str, schema: &Value| json!({ "description": description, "content": { "application/json": { "schema": schema } } });
    let registration = json!(registration);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "What every contender answers",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "paths": {
            "/healthz": { "get": {
                "operationId": "healthz",
                "summary": "Readiness",
                "responses": { "200": { "description": "Ready" } },
            } },
            "/static": { "get": {
                "operationId": "static",
                "summary": "5 MiB that no compression can shrink",
                "responses": { "200": {
                    "description": "The payload",
                    "content": { "application/octet-stream": {} },
                } },
            } },
            "/validate": { "post": {
                "operationId": "validate",
                "summary": "A registration, checked",
                "requestBody": {
                    "required": true,
                    "content": { "application/json": { "schema": registration } },
                },
                "responses": {
                    "200": json_of("The registration, its fields in order", &registration),
                    "400": json_of("No JSON", &errors),
                    "413": { "description": "Over 64 KiB" },
                    "415": { "description": "Not application/json" },
                    "422": json_of("Broken rules, at least one", &errors),
                },
            } },
        },
        "components": { "schemas": schemas.take_definitions(true) },
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_description_is_what_the_types_give() {
        assert!(
            super::text() == include_str!("../../../../docs/openapi.json"),
            "make it again: cargo run -p openapi > docs/openapi.json"
        );
    }
}
