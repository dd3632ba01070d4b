package tarn.storage.internal;

import java.util.List;
import java.util.Optional;

/**
 * What one request of a listing brings.
 *
 * @param next the token that asks for the next page; empty on the last
 */
public record Page<T, K>(List<T> items, Optional<K> next) {}
