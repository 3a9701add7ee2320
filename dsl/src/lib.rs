//! The loop language, pure: texts in, values out. The module list is the pipeline.

/// Mistakes: collected by every stage, shown by whoever runs it.
pub mod diagnostic;
/// Source systems: text → how their messages become events.
pub mod sources;
/// YAML beside the loops: text → catalogue.
pub mod yaml;
