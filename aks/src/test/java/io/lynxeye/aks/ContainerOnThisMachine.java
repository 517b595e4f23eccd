package io.lynxeye.aks;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a container's command as a process on this machine: the same arguments and environment, with
 * its paths below a folder and its ports mapped to free ones.
 */
final class ContainerOnThisMachine {

  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final List<String> OF_THE_IMAGE = List.of("PATH", "HOME", "JAVA_HOME");

  private final Map<String, Path> paths;
  private final Map<Integer, Integer> ports = new LinkedHashMap<>();

  /**
   * Creates a machine without containers.
   *
   * @param paths maps each of the pod's folders to one on this machine
   */
  ContainerOnThisMachine(Map<String, Path> paths) throws IOException {
    this.paths = paths;
    List<ServerSocket> sockets = new ArrayList<>();
    for (int port : List.of(8080, 8081, 8082, 8083)) {
      ServerSocket socket = new ServerSocket(0);
      sockets.add(socket);
      ports.put(port, socket.getLocalPort());
    }
    for (ServerSocket socket : sockets) {
      socket.close();
    }
  }

  /** Starts the image's entrypoint as the container specifies; its output goes to a file. */
  Process start(Map<String, Object> container, File output) throws IOException {
    List<String> command = new ArrayList<>(List.of(CHECKOUT.resolve("lynxeye").toString()));
    Tree.list(container.get("args")).forEach(word -> command.add(here(word.toString())));
    ProcessBuilder builder = new ProcessBuilder(command).directory(CHECKOUT.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(OF_THE_IMAGE);
    Pod.environment(container).forEach((name, value) -> environment.put(name, here(name, value)));
    return builder.redirectErrorStream(true).redirectOutput(output).start();
  }

  /** Maps a port of the pod to one on this machine. */
  int port(int ofPod) {
    return ports.get(ofPod);
  }

  private String here(String name, String value) {
    return name.endsWith("PORT") ? "" + port(Integer.parseInt(value)) : here(value);
  }

  private String here(String value) {
    for (Map.Entry<String, Path> path : paths.entrySet()) {
      if (value.equals(path.getKey()) || value.startsWith(path.getKey() + "/")) {
        return path.getValue() + value.substring(path.getKey().length());
      }
    }
    return value;
  }
}
