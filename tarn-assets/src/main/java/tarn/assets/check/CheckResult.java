package tarn.assets.check;

import tarn.assets.Check;

/**
 * What a check found.
 *
 * @param offending how many rows break it; 0 when it passed
 * @param detail one line for a person, such as an example of an offending value
 */
public record CheckResult(Check check, boolean passed, long offending, String detail) {}
