package tarn.lake;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tarn.base.TarnException;
import tarn.lake.Transaction.Decision;
import tarn.testkit.Checkout;
import tarn.testkit.LakePlace;
import tarn.testkit.ScratchLake;

/** Does random operations in a process of its own, and says which ones were acknowledged. */
final class HistoryWriter {
  private HistoryWriter() {}

  /** Whether its transactions take the table's lock. */
  enum Coordination {
    ON,
    /** As any other program would write. */
    OFF
  }

  static Process start(
      LakeSettings settings, Path folder, Coordination coordination, long writer, int operations)
      throws IOException {
    CatalogLocation.PostgreSql catalog = (CatalogLocation.PostgreSql) settings.catalog();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.library.path=" + System.getProperty("java.library.path"),
                "-Dtarn.checkout=" + System.getProperty("tarn.checkout"),
                "-cp",
                System.getProperty("java.class.path"),
                HistoryWriter.class.getName(),
                catalog.port() + "",
                catalog.database(),
                settings.dataPath(),
                folder.resolve("temp" + writer).toString(),
                coordination.name(),
                "" + writer,
                "" + operations));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out" + writer).toFile())
        .redirectError(folder.resolve("err" + writer).toFile())
        .start();
  }

  public static void main(String[] arguments) {
    LakeSettings settings =
        new LakeSettings(
            LakePlace.postgreSql(Integer.parseInt(arguments[0]), arguments[1]),
            arguments[2],
            ScratchLake.engine(Path.of(arguments[3]), "300MB"));
    Coordination coordination = Coordination.valueOf(arguments[4]);
    long writer = Long.parseLong(arguments[5]);
    Random random = new Random(writer);
    try (Lake lake = Lake.open(settings, Access.WRITE, Checkout.extensions())) {
      System.out.println("ready");
      System.out.flush();
      for (int number = 0; number < Integer.parseInt(arguments[6]); number++) {
        Operation operation = Operation.random(random, writer, number);
        String name = writer + ":" + number + ":" + operation.text();
        if (persistently(lake, coordination, operation, name) == Ended.WRITTEN) {
          System.out.println(name);
          System.out.flush();
        }
      }
    }
  }

  /** What an operation came to. */
  enum Ended {
    WRITTEN,
    /** There were no such rows. */
    NOTHING_TO_WRITE,
    GIVEN_UP
  }

  private static Ended persistently(
      Lake lake, Coordination coordination, Operation operation, String name) {
    for (int tries = 1; ; tries++) {
      try (Session session = lake.session()) {
        return write(lake, session, coordination, operation, name);
      } catch (TarnException e) {
        if (!EngineErrors.mayPass(e)) {
          throw e;
        }
        if (tries == 30) {
          System.err.println("gave up " + name + ": " + e);
          return Ended.GIVEN_UP;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Ended write(
      Lake lake, Session session, Coordination coordination, Operation operation, String name) {
    List<TableName> tables =
        switch (coordination) {
          case ON -> List.of(Operation.TABLE);
          case OFF -> List.of();
        };
    Transaction.Result<String> result =
        Transaction.run(
            lake,
            session,
            tables,
            within -> {
              within.execute(operation.sql());
              return new Decision.Commit<>(
                  name, new CommitMessage("tester", "history", "{\"op\":\"" + name + "\"}"));
            });
    return switch (result) {
      case Transaction.Result.Written<String> _ -> Ended.WRITTEN;
      case Transaction.Result.NothingWritten<String> _ -> Ended.NOTHING_TO_WRITE;
    };
  }
}
