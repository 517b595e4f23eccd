package io.lynxeye.serving.layout;

import io.lynxeye.serving.model.ModelFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** What a file is, by its first bytes, and by the names of the entries if it is a zip. */
enum FileContent {
  LFS_POINTER,
  WEB_PAGE,
  HDF5,
  GRAPH_DEF,
  TFLITE,
  KERAS,
  TORCH_SCRIPT,
  TORCH_EXPORT,
  PICKLE,
  OTHER;

  private static final int BYTES_READ = 256;

  /** The first bytes of a pickle of protocol 2 or later. */
  private static final int PICKLE_MARK = 0x80;

  private static final int MAX_PICKLE_PROTOCOL = 5;

  /** Field 1 of a GraphDef, its nodes; a SavedModel starts with the number of its schema. */
  private static final int NODES = 0x0a;

  static FileContent of(Path file) throws IOException {
    byte[] start;
    try (InputStream in = Files.newInputStream(file)) {
      start = in.readNBytes(BYTES_READ);
    }
    String text = new String(start, StandardCharsets.ISO_8859_1);
    String lower = text.stripLeading().toLowerCase(Locale.ROOT);
    if (text.startsWith("version https://git-lfs")) {
      return LFS_POINTER;
    }
    if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
      return WEB_PAGE;
    }
    if (text.startsWith("\u0089HDF\r\n")) {
      return HDF5;
    }
    if (text.startsWith("TFL3", 4)) {
      return TFLITE;
    }
    if (text.startsWith("PK\u0003\u0004")) {
      return zip(file);
    }
    if (start.length > 1 && (start[0] & 0xff) == PICKLE_MARK && start[1] <= MAX_PICKLE_PROTOCOL) {
      return PICKLE;
    }
    return start.length > 0 && start[0] == NODES ? GRAPH_DEF : OTHER;
  }

  private static FileContent zip(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      List<String> names = zip.stream().map(ZipEntry::getName).toList();
      if (names.stream().anyMatch(name -> ("/" + name).contains("/code/"))) {
        return TORCH_SCRIPT;
      }
      if (names.contains("model.weights.h5")) {
        return KERAS;
      }
      if (names.stream()
          .anyMatch(
              name ->
                  name.endsWith("archive_format")
                      || name.endsWith("serialized_exported_program.json"))) {
        return TORCH_EXPORT;
      }
      return names.stream().anyMatch(name -> name.endsWith("data.pkl")) ? PICKLE : OTHER;
    } catch (ZipException e) {
      return OTHER; // Damaged: its engine says how.
    }
  }

  /**
   * Why a file with the name of a model is not one.
   *
   * @param file relative to the folder
   */
  static Optional<String> refusal(ModelFolder folder, String file) throws IOException {
    FileContent content = of(folder.path(file));
    ModelFormat format = ModelFormat.ofFile(name(file)).orElseThrow();
    boolean isUsed =
        switch (content) {
          case TORCH_SCRIPT -> format == ModelFormat.TORCH_SCRIPT;
          // Other files with this ending are most often weights.
          case OTHER -> !file.endsWith(".pth");
          case GRAPH_DEF -> format != ModelFormat.SAVED_MODEL || file.endsWith(".pbtxt");
          default -> false;
        };
    return isUsed ? companion(folder, file, format) : Optional.of(content.words(file));
  }

  /** A file of the model's weights that a clone of a repository without Git LFS lacks. */
  private static Optional<String> companion(ModelFolder folder, String file, ModelFormat format)
      throws IOException {
    String prefix =
        format == ModelFormat.SAVED_MODEL
            ? file.substring(0, file.length() - name(file).length()) + "variables/"
            : file; // As in model.onnx_data.
    for (String other : folder.files().tailSet(prefix)) {
      if (!other.startsWith(prefix)) {
        return Optional.empty();
      }
      if (of(folder.path(other)) == LFS_POINTER) {
        return Optional.of(LFS_POINTER.words(other));
      }
    }
    return Optional.empty();
  }

  /** The file's name without the folders. */
  static String name(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  /** What the file is, and how to make a model of it. */
  String words(String file) {
    String quoted = "\"" + name(file) + "\"";
    return switch (this) {
      case LFS_POINTER ->
          file
              + " is a pointer of Git LFS and not the file itself: run git lfs pull, and copy it again";
      case WEB_PAGE ->
          file
              + " is a web page and not a model: download it again, from the address of the file itself";
      case HDF5, KERAS ->
          "%s is a Keras model, which no engine here reads: export it with keras.models.load_model(%s).export(\"1\")"
              .formatted(file, quoted);
      case TFLITE ->
          "%s is a TensorFlow Lite model, which no engine here reads: convert it with tf2onnx.convert.from_tflite(%s, output_path=\"model.onnx\")"
              .formatted(file, quoted);
      case GRAPH_DEF ->
          "%s is a frozen graph and not a SavedModel: convert it with %s"
              .formatted(
                  file,
                  "g = tf.compat.v1.GraphDef.FromString(open(%s, \"rb\").read()); f = tf.compat.v1.wrap_function(lambda: tf.import_graph_def(g, name=\"\"), []); tf.saved_model.save(tf.Module(), \"1\", f.prune(\"INPUT:0\", \"OUTPUT:0\"))"
                      .formatted(quoted));
      case TORCH_EXPORT ->
          "%s is a program of torch.export, which no engine here reads: convert it with torch.jit.trace(torch.export.load(%s).module(), x).save(\"model.pt\")"
              .formatted(file, quoted);
      case PICKLE ->
          "%s is pickled Python (a state dictionary, a checkpoint or a whole module) and not a TorchScript program: load it in Python, and export it with torch.jit.trace(model.eval(), x).save(\"model.pt\")"
              .formatted(file);
      case TORCH_SCRIPT -> file + " is a TorchScript program: give it a name that ends in .pt";
      case OTHER ->
          "%s is not a TorchScript program: export the model with torch.jit.trace(model.eval(), x).save(\"model.pt\")"
              .formatted(file);
    };
  }
}
