//! The store of medloop.
