// Tools that can be pointed at the gateway, with their settings.
export { CLIENT_TOOLS } from './tools.ts';
export {
  ANY_PLACE,
  dialectNames,
  filledTool,
  toolPage,
  type ClientTool,
  type FilledTool,
  type ToolPlace,
} from './tool.ts';
