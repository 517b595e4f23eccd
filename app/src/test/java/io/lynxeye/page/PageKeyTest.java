package io.lynxeye.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The page on a server with keys. */
class PageKeyTest extends PageRig {

  @Test
  void aKeyIsRequestedWhenTheServerRequiresOne() throws IOException {
    tab.askForKey("secret");
    tab.choose("#files", image("seven.jpg", "7"));

    tab.await("!document.querySelector('#key-form').hidden");
    assertThat(tab.eval("document.activeElement.id")).isEqualTo("key");
    awaitState("waiting", 1);
    tab.type("secret");
    tab.press("Enter");

    awaitState("done", 1);
    assertThat(tab.eval("sessionStorage.getItem('lynxeye-key')")).isEqualTo("secret");
    assertThat(tab.eval("localStorage.length")).isEqualTo(0);
    assertThat(tab.eval("document.cookie")).isEqualTo("");
  }

  @Test
  void aWrongKeyIsRequestedAgain() throws IOException {
    tab.askForKey("secret");
    tab.choose("#files", image("seven.jpg", "7"));
    tab.await("!document.querySelector('#key-form').hidden");

    tab.type("guess");
    tab.press("Enter");

    tab.await("document.querySelector('#key-why').textContent.includes('not accepted')");
    assertThat(tab.eval("sessionStorage.getItem('lynxeye-key')")).isNull();
  }
}
