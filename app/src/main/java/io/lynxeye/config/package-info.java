/** What the server is told at start: read once, checked as a whole, never changed. */
package io.lynxeye.config;
