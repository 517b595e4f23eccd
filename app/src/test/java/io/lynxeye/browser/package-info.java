/** A real browser, without a window, for tests of what people see. */
package io.lynxeye.browser;
