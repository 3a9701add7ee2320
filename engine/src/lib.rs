//! The engine of medloop.
