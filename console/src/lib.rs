//! The console of medloop.
