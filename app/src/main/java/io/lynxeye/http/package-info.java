/** HTTP on Vert.x: one router, one thin class per protocol, one table from failure to answer. */
package io.lynxeye.http;
