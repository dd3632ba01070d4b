package tarn.files.format;

import java.util.List;

/**
 * What a reader found in a file.
 *
 * @param format such as {@code dicom}
 * @param remarks what a person should know, such as a value that could not be understood
 */
public record Reading(String format, String mediaType, List<IndexRow> rows, List<String> remarks) {}
