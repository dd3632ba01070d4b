package tarn.integrity.repair;

import java.util.Optional;
import tarn.integrity.finding.FindingClass;
import tarn.integrity.finding.Level;

/**
 * One thing that a plan proposes.
 *
 * @param wanted whether it is to be done; a person may say no
 * @param finding the id of the finding that it mends
 * @param level at which the finding was found
 * @param subject the file's path, or the name of something in the catalog
 * @param source of the bytes that are to be restored
 * @param why the finding in words
 * @param consequence what is different afterwards
 * @param rowsLost rows that readers of the newest snapshot have no more
 */
public record Step(
    int number,
    boolean wanted,
    String finding,
    FindingClass type,
    Level level,
    String subject,
    Optional<String> table,
    Action action,
    Optional<String> source,
    String why,
    String consequence,
    long rowsLost) {}
