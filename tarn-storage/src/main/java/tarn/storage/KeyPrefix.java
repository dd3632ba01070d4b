package tarn.storage;

/**
 * What several keys have in common up to a slash: what a file system calls a folder.
 *
 * @param prefix relative to the store's own, ends in a slash
 */
public record KeyPrefix(String prefix) implements Listed {}
