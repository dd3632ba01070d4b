package tarn.files.pickle;

import java.util.Map;
import java.util.Set;

/**
 * Judges what a pickle imports. Joblib's wrapper of arrays is not among the allowed: the bytes of
 * an array follow it inside of the pickle, and whoever reads them as opcodes can be led astray.
 */
final class Globals {
  private static final Set<String> BUILTIN_MODULES = Set.of("builtins", "__builtin__");

  private static final Set<String> BUILTIN_TYPES =
      Set.of(
          "bool",
          "bytearray",
          "bytes",
          "complex",
          "dict",
          "float",
          "frozenset",
          "int",
          "list",
          "object",
          "range",
          "set",
          "slice",
          "str",
          "tuple",
          "xrange",
          "long",
          "unicode");

  /** Exactly these names; one with a dot in it would reach what is behind an attribute. */
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("collections", Set.of("OrderedDict", "Counter", "deque")),
          Map.entry("copyreg", Set.of("_reconstructor")),
          Map.entry("copy_reg", Set.of("_reconstructor")),
          Map.entry("_codecs", Set.of("encode")),
          Map.entry("datetime", Set.of("date", "datetime", "time", "timedelta", "timezone")),
          Map.entry("decimal", Set.of("Decimal")),
          Map.entry("fractions", Set.of("Fraction")),
          Map.entry(
              "numpy",
              Set.of(
                  "ndarray",
                  "dtype",
                  "bool_",
                  "int8",
                  "int16",
                  "int32",
                  "int64",
                  "uint8",
                  "uint16",
                  "uint32",
                  "uint64",
                  "float16",
                  "float32",
                  "float64",
                  "complex64",
                  "complex128")),
          Map.entry("numpy.core.multiarray", Set.of("_reconstruct", "scalar")),
          Map.entry("numpy._core.multiarray", Set.of("_reconstruct", "scalar")),
          Map.entry("numpy.core.numeric", Set.of("_frombuffer")),
          Map.entry("numpy._core.numeric", Set.of("_frombuffer")),
          Map.entry(
              "torch",
              Set.of(
                  "FloatStorage",
                  "DoubleStorage",
                  "HalfStorage",
                  "BFloat16Storage",
                  "LongStorage",
                  "IntStorage",
                  "ShortStorage",
                  "CharStorage",
                  "ByteStorage",
                  "BoolStorage",
                  "ComplexFloatStorage",
                  "ComplexDoubleStorage",
                  "Size",
                  "float32",
                  "float64",
                  "float16",
                  "bfloat16",
                  "int64",
                  "int32",
                  "int16",
                  "int8",
                  "uint8",
                  "bool")),
          Map.entry("torch.storage", Set.of("UntypedStorage", "TypedStorage")),
          Map.entry(
              "torch._utils",
              Set.of("_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_parameter")));

  private static final Set<String> DANGEROUS_MODULES =
      Set.of(
          "_io",
          "_pickle",
          "_posixsubprocess",
          "_thread",
          "aiohttp",
          "asyncio",
          "bdb",
          "cPickle",
          "cProfile",
          "cloudpickle",
          "code",
          "codecs",
          "codeop",
          "commands",
          "ctypes",
          "dill",
          "ensurepip",
          "fileinput",
          "ftplib",
          "functools",
          "gc",
          "glob",
          "httplib",
          "http",
          "httpx",
          "idlelib",
          "imaplib",
          "imp",
          "importlib",
          "inspect",
          "io",
          "itertools",
          "linecache",
          "marshal",
          "mmap",
          "multiprocessing",
          "nt",
          "ntpath",
          "operator",
          "os",
          "pdb",
          "pickle",
          "pip",
          "pkgutil",
          "platform",
          "poplib",
          "popen2",
          "posix",
          "posixpath",
          "profile",
          "pty",
          "pydoc",
          "requests",
          "runpy",
          "shelve",
          "shutil",
          "signal",
          "site",
          "smtplib",
          "socket",
          "socketserver",
          "sqlite3",
          "ssl",
          "subprocess",
          "sys",
          "sysconfig",
          "tempfile",
          "telnetlib",
          "test",
          "threading",
          "timeit",
          "trace",
          "types",
          "urllib",
          "urllib2",
          "urllib3",
          "uuid._os",
          "venv",
          "webbrowser",
          "xmlrpc",
          "zipfile",
          "zipimport");

  private static final Map<String, Set<String>> DANGEROUS =
      Map.of(
          "torch", Set.of("load", "hub", "jit", "_load_from_bytes"),
          "joblib", Set.of("load"),
          "numpy", Set.of("load", "fromfile", "memmap", "save"),
          "pandas", Set.of("read_pickle", "eval"));

  private Globals() {}

  static Verdict judge(String module, String name) {
    String top = module.contains(".") ? module.substring(0, module.indexOf('.')) : module;
    if (ALLOWED.getOrDefault(module, Set.of()).contains(name)) {
      return Verdict.ALLOWED;
    }
    if (BUILTIN_MODULES.contains(top)) {
      return BUILTIN_MODULES.contains(module) && BUILTIN_TYPES.contains(name)
          ? Verdict.ALLOWED
          : Verdict.DANGEROUS;
    }
    boolean dangerous =
        name.contains(".")
            || name.startsWith("__")
            || DANGEROUS_MODULES.contains(top)
            || DANGEROUS.getOrDefault(top, Set.of()).contains(name)
            || module.startsWith("torch.hub")
            || module.startsWith("numpy.testing")
            || module.startsWith("numpy.distutils")
            || module.startsWith("joblib.externals");
    return dangerous ? Verdict.DANGEROUS : Verdict.UNKNOWN;
  }
}
