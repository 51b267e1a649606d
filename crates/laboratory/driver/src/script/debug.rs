//! The part of Lua's `debug` library that scripts need: where they are. The rest can break a Lua
//! state from within and is refused by name.

use std::borrow::Cow;

use mlua::{Lua, Table, Value};

/// Puts `debug` into a state.
pub(super) fn install(lua: &Lua) -> mlua::Result<()> {
    let debug = lua.create_table()?;
    debug.set(
        "getinfo",
        lua.create_function(|lua, (level, _): (Value, Value)| info(lua, &level))?,
    )?;
    debug.set(
        "traceback",
        lua.create_function(|lua, message: Option<String>| lua.traceback(message.as_deref(), 1))?,
    )?;
    let refuse = lua.create_function(|_, (_, name): (Value, String)| -> mlua::Result<()> {
        Err(mlua::Error::runtime(format!(
            "`debug.{name}` is not supported by this driver; drive this script with wrk"
        )))
    })?;
    let guard = lua.create_table()?;
    guard.set("__index", refuse)?;
    debug.set_metatable(Some(guard))?;
    lua.globals().set("debug", debug)
}

fn info(lua: &Lua, level: &Value) -> mlua::Result<Option<Table>> {
    let Some(level) = level.as_usize() else {
        return Err(mlua::Error::runtime(
            "`debug.getinfo` of a function is not supported by this driver, only of a level",
        ));
    };
    let found = lua.inspect_stack(level, |frame| {
        let source = frame.source();
        (
            source.source.map(Cow::into_owned),
            source.short_src.map(Cow::into_owned),
            source.what,
            frame.current_line(),
        )
    });
    let Some((source, short_src, what, line)) = found else { return Ok(None) };
    let table = lua.create_table()?;
    table.set("source", source)?;
    table.set("short_src", short_src)?;
    table.set("what", what)?;
    table.set("currentline", line)?;
    Ok(Some(table))
}
