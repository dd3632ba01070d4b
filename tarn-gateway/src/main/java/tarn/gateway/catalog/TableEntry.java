package tarn.gateway.catalog;

import java.util.Optional;
import tarn.lake.TableName;

/**
 * A table in numbers.
 *
 * @param rows without the deleted ones
 * @param bytes of the live data and delete files
 */
public record TableEntry(
    long id,
    TableName name,
    Optional<String> comment,
    long files,
    long deleteFiles,
    long bytes,
    long rows) {}
