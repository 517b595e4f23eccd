package io.lynxeye.bench.fuzz;

/**
 * A request that is as its system's clients send it.
 *
 * @param route what it is counted by: method and path
 * @param isForAdministrators whether it goes to their port
 */
record Seed(String route, boolean isForAdministrators, Message message) {

  static Seed of(boolean isForAdministrators, Message message) {
    String path = message.target.replaceFirst("\\?.*", "");
    return new Seed(
        (isForAdministrators ? "admin " : "") + message.method + " " + path,
        isForAdministrators,
        message);
  }
}
