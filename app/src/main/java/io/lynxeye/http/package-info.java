/** HTTP on Vert.x: one router per port, one thin class per protocol, one table of errors. */
package io.lynxeye.http;
