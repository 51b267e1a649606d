//! The statistics objects that `done` gets.

use hdrhistogram::Histogram;
use mlua::{MetaMethod, UserData, UserDataFields, UserDataMethods};

/// A histogram, for a script to ask.
pub(super) struct Figures {
    histogram: Histogram<u64>,
    /// Each value that was seen, with its count.
    values: Vec<(u64, u64)>,
}

impl Figures {
    pub(super) fn of(histogram: &Histogram<u64>) -> Self {
        let values = histogram
            .iter_recorded()
            .map(|step| (step.value_iterated_to(), step.count_at_value()))
            .collect();
        Self { histogram: histogram.clone(), values }
    }
}

impl UserData for Figures {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_field_method_get("min", |_, this| Ok(this.histogram.min()));
        fields.add_field_method_get("max", |_, this| Ok(this.histogram.max()));
        fields.add_field_method_get("mean", |_, this| Ok(this.histogram.mean()));
        fields.add_field_method_get("stdev", |_, this| Ok(this.histogram.stdev()));
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("percentile", |_, this, percentile: f64| {
            Ok(this.histogram.value_at_percentile(percentile))
        });
        methods.add_meta_method(MetaMethod::Len, |_, this, ()| Ok(this.values.len()));
        // The i-th value that was seen, from 1, and its count.
        methods.add_meta_method(MetaMethod::Call, |_, this, at: usize| {
            Ok(at.checked_sub(1).and_then(|at| this.values.get(at)).copied().unwrap_or_default())
        });
    }
}
