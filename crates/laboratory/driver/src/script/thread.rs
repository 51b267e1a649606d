//! The thread object that `setup` gets and `wrk.thread` is.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use mlua::{
    Lua, MetaMethod, UserData, UserDataFields, UserDataMethods, UserDataRef, Value, WeakLua,
};

/// An address as `wrk.lookup` returns it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address(pub(super) SocketAddr);

impl UserData for Address {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(this.0.to_string()));
    }
}

/// A thread, seen from any environment.
#[derive(Clone)]
pub(super) struct Handle {
    /// Weak, since the environment holds its own handle.
    lua: WeakLua,
    address: Arc<Mutex<SocketAddr>>,
    stop: Arc<AtomicBool>,
}

impl Handle {
    pub(super) fn new(lua: &Lua, address: SocketAddr) -> Self {
        Self { lua: lua.weak(), address: Arc::new(Mutex::new(address)), stop: Arc::default() }
    }

    pub(super) fn address(&self) -> SocketAddr {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn stop(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stop)
    }

    fn lua(&self) -> mlua::Result<Lua> {
        self.lua.try_upgrade().ok_or_else(|| mlua::Error::runtime("the thread has ended"))
    }
}

impl UserData for Handle {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_field_method_get("addr", |_, this| Ok(Address(this.address())));
        fields.add_field_method_set("addr", |_, this, address: UserDataRef<Address>| {
            *this.address.lock().unwrap_or_else(PoisonError::into_inner) = address.0;
            Ok(())
        });
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("get", |lua, this, name: String| {
            copy(&this.lua()?.globals().get(name)?, lua)
        });
        methods.add_method("set", |_, this, (name, value): (String, Value)| {
            let lua = this.lua()?;
            lua.globals().set(name, copy(&value, &lua)?)
        });
        methods.add_method("stop", |_, this, ()| {
            this.stop.store(true, Ordering::Relaxed);
            Ok(())
        });
    }
}

/// A value for another environment: what wrk lets through, and nothing else.
fn copy(value: &Value, to: &Lua) -> mlua::Result<Value> {
    Ok(match value {
        Value::Nil => Value::Nil,
        Value::Boolean(truth) => Value::Boolean(*truth),
        Value::Integer(number) => Value::Integer(*number),
        Value::Number(number) => Value::Number(*number),
        Value::String(text) => Value::String(to.create_string(text.as_bytes())?),
        Value::Table(table) => {
            let copied = to.create_table()?;
            for pair in table.pairs::<Value, Value>() {
                let (key, value) = pair?;
                copied.set(copy(&key, to)?, copy(&value, to)?)?;
            }
            Value::Table(copied)
        }
        other => {
            let message = format!("cannot transfer '{}' to thread", other.type_name());
            return Err(mlua::Error::runtime(message));
        }
    })
}
