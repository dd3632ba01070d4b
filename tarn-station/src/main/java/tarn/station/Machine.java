package tarn.station;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * What this process may use of the machine, within the limits of its container.
 *
 * <p>The JDK's management bean knows the memory too, but takes 45 ms to load, half of what a
 * command may cost; so on Linux the kernel's own files are read.
 *
 * @param root where the kernel's files are: {@code /} but for tests
 */
public record Machine(Path root) {
  public static final Machine CURRENT = new Machine(Path.of("/"));

  public int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Bytes: the machine's memory, or the least of its control groups' limits. */
  public long memory() {
    OptionalLong physical = physicalMemory();
    return physical.isPresent()
        ? Math.min(physical.getAsLong(), controlGroupLimit())
        : memoryFromManagementBean();
  }

  private OptionalLong physicalMemory() {
    return lines("proc/meminfo")
        .filter(line -> line.startsWith("MemTotal:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst();
  }

  private long controlGroupLimit() {
    return lines("proc/self/cgroup")
        .map(line -> line.split(":", 3))
        .filter(parts -> parts.length == 3)
        .flatMapToLong(
            parts ->
                switch (parts[1]) {
                  case "" -> limits("sys/fs/cgroup", parts[2], "memory.max");
                  case "memory" ->
                      limits("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes");
                  default -> LongStream.empty();
                })
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /** The limits of a group and of all that it lies in: each of them holds. */
  private LongStream limits(String hierarchy, String group, String file) {
    Path top = Path.of(hierarchy);
    return Stream.iterate(
            Path.of(hierarchy + group).normalize(),
            path -> path != null && path.startsWith(top),
            Path::getParent)
        .flatMap(path -> lines(path.resolve(file).toString()))
        .filter(line -> line.matches("\\d{1,18}"))
        .mapToLong(Long::parseLong);
  }

  private Stream<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file)).stream();
    } catch (IOException e) {
      return List.<String>of().stream();
    }
  }

  private static long memoryFromManagementBean() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory() * 4;
  }
}
