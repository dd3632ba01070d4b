package tarn.lake.extension;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** The engine makers' own server, reached through the engine's {@code INSTALL}. */
record EngineRepository() implements Source {

  @Override
  public Offer find(String name, Build build, Path staging, Consumer<String> notice) {
    notice.accept("Looking for the engine's extension " + name + " …");
    try (TrialEngine engine = TrialEngine.installingInto(staging)) {
      engine.install(name);
    } catch (SQLException e) {
      return Offer.nothing("DuckDB's repository: " + summary(e));
    }
    Path installed =
        staging
            .resolve(build.version())
            .resolve(build.platform())
            .resolve(name + CandidateFile.SUFFIX);
    return Files.exists(installed)
        ? Offer.of(
            List.of(
                new CandidateFile(
                    installed, name, CandidateFile.Form.PLAIN, "DuckDB's repository")),
            "DuckDB's repository")
        : Offer.nothing("DuckDB's repository: the engine knows no extension " + name);
  }

  /** The first line says what failed, and the end of the last one why. */
  private static String summary(SQLException error) {
    String said = String.valueOf(error.getMessage()).strip();
    String first = said.lines().findFirst().orElse(said);
    int reason = said.lastIndexOf("(ERROR ");
    return reason < 0 ? first : first + " " + said.substring(reason).replace("(ERROR ", "(");
  }
}
