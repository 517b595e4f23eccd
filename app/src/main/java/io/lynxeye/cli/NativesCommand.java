package io.lynxeye.cli;

import io.lynxeye.engine.CudaLibraries;
import io.lynxeye.engine.NativeLibraries;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Unpacks libraries without starting TensorFlow and tells the folder: for the launcher, and for who
 * makes a bundle.
 */
@Command(name = "natives", hidden = true)
final class NativesCommand implements Callable<Integer> {

  @Option(
      names = "--cuda-jar",
      paramLabel = "FILE",
      description = "Unpacks CUDA's libraries from there instead of TensorFlow's.")
  private Optional<Path> cudaJar;

  @Mixin private Places places;

  @Override
  public Integer call() throws Failure {
    try {
      System.out.println(cudaJar.isPresent() ? cuda(cudaJar.get()) : tensorFlow());
      return Lynxeye.OK;
    } catch (IOException e) {
      throw new Failure(e);
    }
  }

  private Path tensorFlow() throws IOException {
    return new NativeLibraries(places.cache()).unpack(progress("TensorFlow"));
  }

  private Path cuda(Path jar) throws IOException {
    URL[] jars = {jar.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(jars, null)) {
      return CudaLibraries.in(places.cache(), loader).unpack(progress("CUDA"));
    }
  }

  private static NativeLibraries.Listener progress(String what) {
    return new UnpackingProgress(ConsoleProgress.standard(), what);
  }
}
