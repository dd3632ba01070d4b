package tarn.gateway.access;

/**
 * Who sends a request.
 *
 * @param id of the key or the token's subject; never the key itself
 * @param name what people call the key
 */
public record Caller(String id, String name, Role role, Grants grants) {}
