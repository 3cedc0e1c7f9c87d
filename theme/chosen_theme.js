// The theme that the reader chose, before the page is there; book.js is what chooses.

try {
  document.documentElement.dataset.theme = localStorage.getItem('theme') ?? 'auto';
} catch {} // Where nothing may be read, it is the system's.
