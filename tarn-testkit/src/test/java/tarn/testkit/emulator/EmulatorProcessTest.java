package tarn.testkit.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tarn.testkit.Checkout;

class EmulatorProcessTest {
  @Test
  void emulator_endsWhenItIsClosed() throws InterruptedException {
    List<ProcessHandle> processes;
    try (VersityGateway gateway = VersityGateway.start()) {
      processes = gateway.processes();
      assertThat(processes).hasSizeGreaterThan(1).allMatch(ProcessHandle::isAlive);
    }
    awaitEnd(processes);
  }

  @Test
  void emulator_endsWhenItsStarterIsKilled() throws IOException, InterruptedException {
    Process starter =
        new ProcessBuilder(
                Tools.java().toString(),
                "-Dtarn.checkout=" + Checkout.folder(),
                "-cp",
                System.getProperty("java.class.path"),
                Starter.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(starter.getInputStream(), UTF_8))) {
      List<ProcessHandle> processes =
          Arrays.stream(Objects.requireNonNull(out.readLine()).split(" "))
              .map(each -> ProcessHandle.of(Long.parseLong(each)))
              .flatMap(Optional::stream)
              .toList();
      assertThat(processes).hasSizeGreaterThan(1).allMatch(ProcessHandle::isAlive);

      starter.destroyForcibly().waitFor();

      awaitEnd(processes);
    } finally {
      starter.destroyForcibly();
    }
  }

  private static void awaitEnd(List<ProcessHandle> processes) throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (processes.stream().anyMatch(ProcessHandle::isAlive) && Instant.now().isBefore(end)) {
      Thread.sleep(20);
    }
    assertThat(processes).noneMatch(ProcessHandle::isAlive);
  }

  /** Starts an emulator, says its processes' ids, and waits to be killed. */
  static final class Starter {
    private Starter() {}

    public static void main(String[] arguments) throws InterruptedException {
      VersityGateway gateway = VersityGateway.start();
      System.out.println(
          String.join(
              " ", gateway.processes().stream().map(each -> String.valueOf(each.pid())).toList()));
      Thread.sleep(Duration.ofMinutes(2));
    }
  }
}
