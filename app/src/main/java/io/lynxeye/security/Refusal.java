package io.lynxeye.security;

/** The messages of refusals, which are the same in every protocol: cause and cure. */
public final class Refusal {

  private Refusal() {}

  /**
   * A key that may only score was sent to manage models.
   *
   * @param hasAdministrators whether any key may manage
   */
  public static String notAdministrator(boolean hasAdministrators) {
    return hasAdministrators
        ? "this key may score and not manage models; send an administrator's key"
        : "this key may score and not manage models, and no key may; make an administrator's key"
            + " with: lynxeye keys generate --admin, or set LYNXEYE_ADMIN_KEY for the server";
  }
}
