/** A real headless browser for tests of the web page. */
package io.lynxeye.browser;
