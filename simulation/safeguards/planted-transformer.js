/** Jest's own transformer, for a handler that has a planted bug. */
module.exports = {
  createTransformer: ({ file, text, instead, transformer: [name, options] }) => {
    const transformer = require(name).createTransformer(options);
    return {
      process: (source, path, given) =>
        transformer.process(path === file ? source.split(text).join(instead) : source, path, given),
    };
  },
};
