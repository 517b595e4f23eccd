package io.lynxeye.engine.djl;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The classes supplied with a model, where DJL Serving expects them: {@code libs/*.jar} and {@code
 * libs/classes}, or {@code lib} instead of {@code libs}. They see the server's classes, which take
 * precedence over classes of the same name; models do not see each other's classes. They run with
 * the server's rights.
 */
final class ModelClasses implements AutoCloseable {

  private static final String CLASS = ".class";

  private final Path classes;
  private final List<Path> jars;
  private final URLClassLoader loader;

  private ModelClasses(Path classes, List<Path> jars) throws MalformedURLException {
    this.classes = classes;
    this.jars = jars;
    List<URL> urls = new ArrayList<>();
    urls.add(classes.toUri().toURL());
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    this.loader = new URLClassLoader(urls.toArray(URL[]::new), ModelClasses.class.getClassLoader());
  }

  /** Opens the classes in a model's folder; empty where it has no such folder. */
  static ModelClasses of(Path model) throws IOException {
    Path libs =
        Files.isDirectory(model.resolve("libs")) ? model.resolve("libs") : model.resolve("lib");
    return new ModelClasses(libs.resolve("classes"), files(libs, ".jar", 1));
  }

  /** Lists files below a folder in a stable order. */
  private static List<Path> files(Path folder, String ending, int depth) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files
          .filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }

  /** The names of all classes, those in {@code libs/classes} first. */
  List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (Path file : files(classes, CLASS, Integer.MAX_VALUE)) {
      names.add(name(classes.relativize(file).toString()));
    }
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(JarEntry::getName)
            .filter(entry -> entry.endsWith(CLASS) && !entry.startsWith("META-INF/"))
            .forEach(entry -> names.add(name(entry)));
      }
    }
    return names;
  }

  private static String name(String path) {
    return path.substring(0, path.length() - CLASS.length()).replace('/', '.');
  }

  /** Loads a class of the model or of the server, without initialising it. */
  Class<?> find(String name) throws ClassNotFoundException {
    return Class.forName(name, false, loader);
  }

  /** Whether the class was supplied with the model. */
  boolean isOwn(Class<?> type) {
    return type.getClassLoader() == loader;
  }

  /**
   * Closes the jars. Call it only when none of the classes runs any more: a closed loader finds no
   * further classes.
   */
  @Override
  public void close() {
    try {
      loader.close();
    } catch (IOException e) {
      // The jars stay open until garbage collection; nothing can be done about it.
    }
  }
}
