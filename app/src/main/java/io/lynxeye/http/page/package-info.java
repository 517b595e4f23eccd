/** The page for browsers, its statistics, and the API documents. */
package io.lynxeye.http.page;
