package tarn.files;

import tarn.lake.TableName;

/** What a collection holds. */
public record CollectionSummary(TableName name, long files, long bytes, long unreadable) {}
