/** The composition root: creates every part, starts them in order, stops them in reverse order. */
package io.lynxeye.server;
