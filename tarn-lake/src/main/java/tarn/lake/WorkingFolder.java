package tarn.lake;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * The folder from which the engine resolves relative paths in SQL: the process's own.
 *
 * <p>The engine's {@code file_search_path} will not do: a path without a wildcard is looked for in
 * the process's folder first, so {@code read_csv('landing/x.csv')} would silently read another file
 * of that name.
 */
public final class WorkingFolder {
  private static Path current = Path.of("").toAbsolutePath().normalize();

  private WorkingFolder() {}

  /**
   * Makes {@code folder} the process's folder. Java's own relative paths must not be used
   * afterwards: whoever has one makes it absolute before.
   */
  @SuppressWarnings(
      "restricted") // The program's manifest grants native access, as the engine needs it.
  public static synchronized void enter(Path folder) {
    // Linking the C function costs 0.1 s, which whoever stands in the station need not pay.
    if (folder.equals(current)) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle change =
        linker.downcallHandle(
            linker
                .defaultLookup()
                .find("chdir")
                .or(() -> linker.defaultLookup().find("_chdir"))
                .orElseThrow(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      if ((int) change.invokeExact(arena.allocateFrom(folder.toString())) != 0) {
        throw new TarnException(
            ErrorCode.STORAGE_DENIED,
            "The folder " + folder + " cannot be entered.",
            "Check that it is there and that this user may enter it.");
      }
    } catch (TarnException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("chdir cannot be called", e);
    }
    current = folder;
  }
}
