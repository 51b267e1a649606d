//! A Lua state with what wrk puts into one.

use std::net::TcpStream;

use mlua::{Lua, Table, UserDataRef};

use super::{Script, debug, thread::Address};
use crate::target::look_up;

const PRELUDE: &str = include_str!("prelude.lua");

/// Makes a state and runs the script's file in it.
pub(super) fn create(script: &Script) -> mlua::Result<Lua> {
    let lua = Lua::new();
    debug::install(&lua)?;
    refuse_ffi(&lua)?;
    let wrk = table(&lua, script)?;
    lua.globals().set("wrk", wrk)?;
    lua.load(PRELUDE).set_name("=wrk").exec()?;
    if let Some(file) = script.file {
        let text = std::fs::read(file)
            .map_err(|error| mlua::Error::runtime(format!("cannot be read: {error}")))?;
        lua.load(text).set_name(format!("@{}", file.display())).exec()?;
    }
    Ok(lua)
}

fn table(lua: &Lua, script: &Script) -> mlua::Result<Table> {
    let (target, wrk) = (script.target, lua.create_table()?);
    wrk.set("scheme", "http")?;
    wrk.set("host", target.host.as_str())?;
    wrk.set("port", target.port.as_deref())?;
    wrk.set("method", "GET")?;
    wrk.set("path", target.path.as_str())?;
    let headers = lua.create_table()?;
    for (name, value) in script.headers {
        headers.set(name.as_str(), value.as_str())?;
    }
    wrk.set("headers", headers)?;
    wrk.set(
        "lookup",
        lua.create_function(|_, (host, service): (String, String)| {
            let addresses = look_up(&host, &service).map_err(mlua::Error::runtime)?;
            Ok(addresses.into_iter().map(Address).collect::<Vec<_>>())
        })?,
    )?;
    wrk.set(
        "connect",
        lua.create_function(|_, address: UserDataRef<Address>| {
            Ok(TcpStream::connect(address.0).is_ok())
        })?,
    )?;
    Ok(wrk)
}

/// `ffi` can read and write any memory of the process, so scripts do not get it.
fn refuse_ffi(lua: &Lua) -> mlua::Result<()> {
    let refuse = lua.create_function(|_, ()| -> mlua::Result<()> {
        let message = "`ffi` is not supported by this driver; drive this script with wrk";
        Err(mlua::Error::runtime(message))
    })?;
    let preload: Table = lua.globals().get::<Table>("package")?.get("preload")?;
    preload.set("ffi", refuse)
}
