package io.lynxeye.cli.models;

import com.google.gson.JsonObject;
import io.lynxeye.cli.options.Failure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lynxeye rollout}: shows and decides the trial of a new version. */
@Command(
    name = "rollout",
    description = "Shows and decides the trial of a model's new version on a running server.",
    mixinStandardHelpOptions = true,
    subcommands = DryRunCommand.class)
public final class RolloutCommand {

  /** What every command below needs. */
  static final class Target {

    @Parameters(paramLabel = "MODEL", description = "The model.")
    private String model;

    @Option(
        names = "--server",
        paramLabel = "ADDRESS",
        description = "The management port of the server. Default: ${DEFAULT-VALUE}.",
        defaultValue = "http://127.0.0.1:8081")
    private String server;

    @Option(
        names = "--json",
        fallbackValue = "true",
        description = "Prints a JSON object, for scripts.")
    private boolean json;

    @Mixin private ServerOptions access;

    private void print(String method, String step) throws Failure, InterruptedException {
      String name = URLEncoder.encode(model, StandardCharsets.UTF_8).replace("+", "%20");
      JsonObject rollout =
          access
              .client(server)
              .call(method, "/models/" + name + "/rollout" + step)
              .getAsJsonObject();
      System.out.print(json ? RolloutText.json(rollout) : RolloutText.of(rollout));
    }
  }

  @Command(
      name = "status",
      description = "Shows what was compared so far, and the verdict.",
      mixinStandardHelpOptions = true)
  void status(@Mixin Target target) throws Exception {
    target.print("GET", "");
  }

  @Command(
      name = "promote",
      description = "Lets the version on trial serve, whatever the verdict.",
      mixinStandardHelpOptions = true)
  void promote(@Mixin Target target) throws Exception {
    target.print("POST", "/promote");
  }

  @Command(
      name = "stop",
      description = "Ends the trial and unloads the version.",
      mixinStandardHelpOptions = true)
  void stop(@Mixin Target target) throws Exception {
    target.print("POST", "/stop");
  }

  @Command(
      name = "rollback",
      description = "Lets the version serve again that served before the last promotion.",
      mixinStandardHelpOptions = true)
  void rollback(@Mixin Target target) throws Exception {
    target.print("POST", "/rollback");
  }
}
