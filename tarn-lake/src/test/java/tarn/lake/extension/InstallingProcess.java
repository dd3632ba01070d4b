package tarn.lake.extension;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Installs in a process of its own, so that it can be killed or meet another one. */
final class InstallingProcess {
  private InstallingProcess() {}

  static Process start(Map<String, String> environment, Path errors, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.library.path=" + System.getProperty("java.library.path"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(InstallingProcess.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "once" -> installOnce(Path.of(arguments[1]), Path.of(arguments[2]));
      case "again-and-again" ->
          installAgainAndAgain(
              Path.of(arguments[1]),
              Path.of(arguments[2]),
              Path.of(arguments[3]),
              Path.of(arguments[4]));
      case "wheels" -> findWheels(arguments[1], Path.of(arguments[2]), Path.of(arguments[3]));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void installOnce(Path store, Path from) {
    new ExtensionStore(store, System.err::println)
        .install(List.of(Genuine.NAME), from)
        .forEach(done -> System.out.println(done.getClass().getSimpleName()));
  }

  /** Puts the old file back in one step each time, so that every state seen is old or new. */
  private static void installAgainAndAgain(Path store, Path from, Path place, Path old)
      throws Exception {
    while (true) {
      Path copy = place.resolveSibling("old-copy");
      Files.copy(old, copy, StandardCopyOption.REPLACE_EXISTING);
      Files.move(copy, place, StandardCopyOption.ATOMIC_MOVE);
      System.out.println("installing");
      new ExtensionStore(store).install(List.of(Genuine.NAME), from);
    }
  }

  private static void findWheels(String name, Path staging, Path target) throws Exception {
    Source.Offer offer =
        new PythonWheels().find(name, TrialEngine.build(), staging, System.out::println);
    if (offer.candidates().isEmpty()) {
      System.out.println(offer.absence());
    } else {
      offer.candidates().getFirst().writeTo(target);
    }
  }
}
