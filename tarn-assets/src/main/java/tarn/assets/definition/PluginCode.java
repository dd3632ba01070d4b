package tarn.assets.definition;

import org.jspecify.annotations.Nullable;
import tarn.assets.AssetContext;
import tarn.assets.Output;
import tarn.base.ErrorCode;
import tarn.base.TarnException;

/**
 * Runs a plugin's code, with the plugin's own class loader as the thread's, as libraries want it;
 * whatever it throws becomes an error of its asset.
 */
final class PluginCode {
  private PluginCode() {}

  /** Code that may throw anything, or return nothing. */
  @FunctionalInterface
  interface Body {
    @Nullable Output run(AssetContext context) throws Throwable;
  }

  static AssetBody.JavaCode of(String origin, ClassLoader loader, Body body) {
    return new AssetBody.JavaCode(
        origin,
        context -> {
          Output output = run(origin, loader, body, context);
          if (output == null) {
            throw new TarnException(
                ErrorCode.ASSET_FAILED,
                "The asset %s returned nothing: %s gave null.".formatted(context.key(), origin),
                "Return an output, such as `Output.rows(…)`.");
          }
          return output;
        });
  }

  private static @Nullable Output run(
      String origin, ClassLoader loader, Body body, AssetContext context) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return body.run(context);
    } catch (TarnException | VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      if (e instanceof InterruptedException) {
        thread.interrupt();
      }
      throw new TarnException(
          ErrorCode.ASSET_FAILED,
          "The asset %s failed in %s: %s%s".formatted(context.key(), origin, e, whereThrown(e)),
          e instanceof NoClassDefFoundError
              ? "Pack the library that holds this class into the plugin's jar: a plugin carries its"
                  + " own libraries."
              : "Mend the plugin's code, or the input that it cannot handle.",
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String whereThrown(Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    return trace.length == 0
        ? ""
        : " (at %s.%s, %s:%d)"
            .formatted(
                trace[0].getClassName(),
                trace[0].getMethodName(),
                trace[0].getFileName(),
                trace[0].getLineNumber());
  }
}
