//! The dsl of medloop.
