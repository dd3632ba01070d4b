package tarn.assets.landing;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/** Which files an error of the engine speaks of. */
final class Distrust {
  private static final Set<ErrorCode> OF_DATA =
      EnumSet.of(
          ErrorCode.QUERY_INVALID,
          ErrorCode.ENGINE_FAILED,
          ErrorCode.DATA_FILE_UNREADABLE,
          ErrorCode.STORAGE_FAILED);

  private Distrust() {}

  /** Whether an error may come from what stands in a file. */
  static boolean blamesData(TarnException error) {
    return OF_DATA.contains(error.code());
  }

  /** The files that the error names; all of them when it names none. */
  static Set<String> of(TarnException error, List<LandingFile> files) {
    String message = error.getMessage();
    Set<String> named =
        files.stream()
            .filter(
                file -> message.contains(file.path().toString()) || message.contains(file.name()))
            .map(LandingFile::name)
            .collect(Collectors.toSet());
    return named.isEmpty()
        ? files.stream().map(LandingFile::name).collect(Collectors.toSet())
        : named;
  }
}
