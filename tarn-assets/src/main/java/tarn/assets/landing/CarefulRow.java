package tarn.assets.landing;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file that is read here and not by the engine.
 *
 * @param file the landing file's name
 * @param line on which it begins, from 1; 0 for a file as a whole
 * @param problem what is wrong with it, if anything is
 * @param raw its text, when it was asked for
 * @param fields texts in the order of the expected columns; of JSON, the one text of the object
 */
record CarefulRow(
    String file,
    long line,
    @Nullable String problem,
    @Nullable String raw,
    List<@Nullable String> fields) {}
